package dev.quorate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RegistryTest {
    private final Registry registry = new Registry();

    @Test
    void printsFamiliesSortedAndNamesUnchanged() {
        registry.gauge("etcd_debugging_mvcc_keys_total", "Total number of keys.").set(3);
        registry.counter("etcd_server_health_failures", "The total number of failed health checks")
                .add(2_500_000);
        registry.gauge("a", "back\\slash\nline").set(0.25);
        assertThat(registry.text())
                .isEqualTo(
                        """
                        # HELP a back\\\\slash\\nline
                        # TYPE a gauge
                        a 0.25
                        # HELP etcd_debugging_mvcc_keys_total Total number of keys.
                        # TYPE etcd_debugging_mvcc_keys_total gauge
                        etcd_debugging_mvcc_keys_total 3
                        # HELP etcd_server_health_failures The total number of failed health checks
                        # TYPE etcd_server_health_failures counter
                        etcd_server_health_failures 2.5e+06
                        """);
    }

    @Test
    void labelsAreSortedAndEscapedAndEmptyFamiliesLeftOut() {
        registry.counters("empty", "nobody counted", "x");
        var family = registry.counters("seen", "h", "type", "code");
        family.with("b\"\\", "new\nline").increment();
        family.with("a", "z").add(2);
        assertThat(registry.text())
                .isEqualTo(
                        """
                        # HELP seen h
                        # TYPE seen counter
                        seen{code="new\\nline",type="b\\"\\\\"} 1
                        seen{code="z",type="a"} 2
                        """);
    }

    @Test
    void histogramsAreCumulativeWithInclusiveBounds() {
        var histogram = registry.histogram("h", "x", Histogram.exponential(0.001, 2, 3));
        histogram.observe(0.001);
        histogram.observe(0.0011);
        histogram.observeNanos(5_000_000_000L);
        assertThat(registry.text())
                .endsWith(
                        """
                        h_bucket{le="0.001"} 1
                        h_bucket{le="0.002"} 2
                        h_bucket{le="0.004"} 2
                        h_bucket{le="+Inf"} 3
                        h_sum 5.0021
                        h_count 3
                        """);
    }

    @Test
    void labelledHistogramsKeepTheirLabelsBeforeTheBound() {
        registry.histograms("h", "x", new double[] {1}, "To").with("1f").observe(1);
        assertThat(registry.text())
                .contains("h_bucket{To=\"1f\",le=\"1\"} 1\n")
                .contains("h_sum{To=\"1f\"} 1\n");
    }

    @Test
    void numbersLookLikeGos() {
        assertThat(GoDouble.format(0)).isEqualTo("0");
        assertThat(GoDouble.format(-1)).isEqualTo("-1");
        assertThat(GoDouble.format(999_999)).isEqualTo("999999");
        assertThat(GoDouble.format(1_000_000)).isEqualTo("1e+06");
        assertThat(GoDouble.format(-1_234_567)).isEqualTo("-1.234567e+06");
        assertThat(GoDouble.format(123_456.5)).isEqualTo("123456.5");
        assertThat(GoDouble.format(0.0001)).isEqualTo("0.0001");
        assertThat(GoDouble.format(0.00001)).isEqualTo("1e-05");
        assertThat(GoDouble.format(4.1248e-05)).isEqualTo("4.1248e-05");
        assertThat(GoDouble.format(Long.MAX_VALUE)).isEqualTo("9.223372036854776e+18");
        assertThat(GoDouble.format(1e300)).isEqualTo("1e+300");
        assertThat(GoDouble.format(Double.NaN)).isEqualTo("NaN");
        assertThat(GoDouble.format(Double.POSITIVE_INFINITY)).isEqualTo("+Inf");
    }

    @Test
    void aGaugeCanFollowASource() {
        var gauge = registry.gauge("g", "x");
        gauge.set(4);
        gauge.add(-1.5);
        assertThat(gauge.value()).isEqualTo(2.5);
        gauge.follow(() -> 42);
        assertThat(registry.text()).endsWith("g 42\n");
    }

    @Test
    void namesAreGivenOutOnceAndLabelsCounted() {
        var family = registry.counters("n", "x", "a");
        assertThatThrownBy(() -> registry.gauge("n", "y"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> family.with("1", "2"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void valuesChosenByClientsCannotFillTheMemory() {
        var family = registry.counters("n", "x", "version");
        for (int i = 0; i < Family.MAX_MEMBERS + 100; i++) {
            family.with("v" + i).increment();
        }
        assertThat(family.with("other").value()).isEqualTo(100);
        assertThat(family.with("v0").value()).isEqualTo(1);
    }
}

package dev.quorate.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class MemEngineTest extends ModelTest {
    @Override
    Engine open() {
        return new MemEngine();
    }

    @Override
    Engine reopen(Engine engine) {
        return ((MemEngine) engine).crashClone();
    }

    @Test
    void cloneAtEveryCommitKeepsThatState() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        MemEngine engine = new MemEngine();
        Model model = new Model();
        List<MemEngine> clones = new ArrayList<>();
        List<Model> models = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            engine.commit(randomBatch(random, model));
            clones.add(engine.crashClone());
            models.add(model.copy());
        }
        for (int i = 0; i < clones.size(); i++) {
            verify(clones.get(i), models.get(i), random);
        }
        clones.getFirst().commit(randomBatch(random, models.getFirst()));
        verify(clones.getFirst(), models.getFirst(), random);
        verify(engine, model, random);
    }

    @Test
    void failedCommitChangesNothingAndPoisons() throws IOException {
        MemEngine engine = new MemEngine();
        WriteBatch batch = new WriteBatch();
        batch.put(Bucket.META, new byte[] {1}, new byte[] {2});
        engine.failNextCommit(new IOException("no space left"));
        assertThatThrownBy(() -> engine.commit(batch)).hasMessageContaining("no space left");
        assertThatThrownBy(() -> engine.commit(batch)).hasMessageContaining("no space left");
        try (ReadView view = engine.read()) {
            assertThat(view.count(Bucket.META)).isZero();
        }
        assertThat(engine.usedBytes()).isZero();
    }
}

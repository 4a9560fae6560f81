// Asks one server, through the npm package etcd3, what that client offers. Usage: node suite.mjs HOST:PORT
import assert from 'node:assert/strict';
import { Etcd3, EtcdLeaseInvalidError, EtcdLockFailedError } from 'etcd3';

const client = new Etcd3({ hosts: `http://${process.argv[2]}` });

const part = async (name, run) => {
  await run();
  console.log('ok', name);
};
const once = (emitter, event) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} within ten seconds`)), 10_000);
    emitter.once(event, (value) => (clearTimeout(timer), resolve(value)));
  });

await part('put, get, delete', async () => {
  await client.put('js/a').value('1');
  assert.equal(await client.get('js/a').string(), '1');
  assert.equal(await client.get('js/a').number(), 1);
  assert.equal(await client.get('js/none').string(), null);
  const previous = await client.put('js/a').value('2').getPrevious();
  assert.equal(previous.value.toString(), '1');
  assert.equal(await client.get('js/a').exists(), true);
  const deleted = await client.delete().key('js/a');
  assert.equal(deleted.deleted, '1');
});

await part('ranges', async () => {
  for (let i = 0; i < 5; i++) await client.put(`js/r/${i}`).value(String(4 - i));
  assert.deepEqual(await client.getAll().prefix('js/r/').keys(), [0, 1, 2, 3, 4].map((i) => `js/r/${i}`));
  assert.deepEqual(await client.getAll().prefix('js/r/').sort('Value', 'Ascend').limit(2).strings(), {
    'js/r/4': '0',
    'js/r/3': '1',
  });
  assert.equal(await client.getAll().prefix('js/r/').count(), 5);
  const gone = await client.delete().prefix('js/r/');
  assert.equal(gone.deleted, '5');
});

await part('transactions', async () => {
  await client.put('js/t').value('1');
  const yes = await client
    .if('js/t', 'Value', '==', '1')
    .and('js/t', 'Version', '>', 0)
    .then(client.put('js/t').value('2'), client.get('js/t'))
    .else(client.delete().key('js/t'))
    .commit();
  assert.equal(yes.succeeded, true);
  assert.equal(yes.responses[1].response_range.kvs[0].value.toString(), '2');
  const no = await client.if('js/t', 'Create', '==', 0).then().else(client.get('js/t')).commit();
  assert.equal(no.succeeded, false);
  const counted = await client.stm().transact(async (tx) => {
    const value = Number(await tx.get('js/t').string());
    await tx.put('js/t').value(String(value + 1));
    return value + 1;
  });
  assert.equal(counted, 3);
});

await part('watches', async () => {
  const watcher = await client.watch().prefix('js/w/').withPreviousKV().create();
  const first = once(watcher, 'put');
  await client.put('js/w/1').value('a');
  assert.equal((await first).value.toString(), 'a');
  const removal = once(watcher, 'delete');
  await client.delete().key('js/w/1');
  assert.equal((await removal).key.toString(), 'js/w/1');
  await watcher.cancel();
  const revision = (await client.put('js/w/2').value('b')).header.revision;
  const past = await client.watch().key('js/w/2').startRevision(revision).create();
  assert.equal((await once(past, 'put')).value.toString(), 'b');
  await past.cancel();
});

await part('leases', async () => {
  const lease = client.lease(60);
  await lease.put('js/l').value('x');
  assert.equal(await client.get('js/l').string(), 'x');
  const answer = await lease.keepaliveOnce();
  assert.equal(answer.TTL, '60');
  await lease.revoke();
  assert.equal(await client.get('js/l').string(), null);
  const lost = client.lease(60);
  const id = await lost.grant();
  await client.leaseClient.leaseRevoke({ ID: id });
  await assert.rejects(lost.keepaliveOnce(), EtcdLeaseInvalidError);
});

await part('locks', async () => {
  const lock = client.lock('js-lock');
  await lock.acquire();
  await assert.rejects(client.lock('js-lock').acquire(), EtcdLockFailedError);
  await lock.release();
  assert.equal(await client.lock('js-lock').do(async () => 7), 7);
});

await part('elections', async () => {
  const election = client.election('js-election');
  const campaign = election.campaign('candidate');
  await once(campaign, 'elected');
  assert.equal(await election.leader(), 'candidate');
  await campaign.resign();
  assert.equal(await election.leader(), undefined);
});

await part('namespaces and users', async () => {
  const inside = client.namespace('js/ns/');
  await inside.put('k').value('v');
  assert.equal(await client.get('js/ns/k').string(), 'v');
  const role = client.role('js-role');
  await role.create();
  await role.grant({ permission: 'Readwrite', range: client.range({ prefix: 'js/' }) });
  const user = client.user('js-user');
  await user.create('secret');
  await user.addRole('js-role');
  assert.deepEqual((await user.roles()).map((r) => r.name), ['js-role']);
  await user.delete();
  await role.delete();
});

await part('maintenance', async () => {
  const status = await client.maintenance.status();
  assert.equal(status.version, '3.7.1');
  const members = await client.cluster.memberList({});
  assert.deepEqual(members.members.map((m) => m.name), ['m1']);
});

await part('errors', async () => {
  await assert.rejects(Promise.resolve(client.put('').value('x')), /key is not provided/);
});

client.close();

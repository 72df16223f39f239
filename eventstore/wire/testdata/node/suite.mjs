// Run as: node suite.mjs CONNECTION [delete]. Ends with a line per case and a status; see ../../node_test.go.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import {
  EventStoreDBClient, jsonEvent, binaryEvent, streamNameFilter, eventTypeFilter,
  BACKWARDS, FORWARDS, END, START, NO_STREAM, STREAM_EXISTS, ANY,
  StreamNotFoundError, StreamDeletedError, WrongExpectedVersionError, AccessDeniedError, MaxAppendSizeExceededError,
} from "@eventstore/db-client";

const [connection, mode] = process.argv.slice(2);
const client = EventStoreDBClient.connectionString(connection);
const name = (what) => `${what}-${randomUUID()}`;
const events = (n, type = "Tested") => Array.from({ length: n }, (_, i) => jsonEvent({ type, data: { n: i }, metadata: { m: i } }));
const collect = async (found, until = () => false) => {
  const all = [];
  for await (const e of found) {
    all.push(e.event);
    if (until(all)) break;
  }
  return all;
};
const patience = 10_000;
const within = (promise, what) => Promise.race([
  promise,
  new Promise((_, reject) => setTimeout(() => reject(new Error(`${what}: nothing within ${patience} ms`)), patience).unref()),
]);

const cases = {
  "append and read forwards": async () => {
    const stream = name("forwards"), given = events(10);
    const done = await client.appendToStream(stream, given, { expectedRevision: NO_STREAM });
    assert.equal(done.success, true);
    assert.equal(done.nextExpectedRevision, 9n);
    assert.ok(done.position.commit > 0n);
    const found = await collect(client.readStream(stream, { direction: FORWARDS, fromRevision: START }));
    assert.deepEqual(found.map((e) => e.id), given.map((e) => e.id));
    assert.deepEqual(found.map((e) => e.revision), given.map((_, i) => BigInt(i)));
    assert.deepEqual(found[3].data, { n: 3 });
    assert.deepEqual(found[3].metadata, { m: 3 });
    assert.ok(Math.abs(found[0].created.getTime() - Date.now()) < 60_000);
    const part = await collect(client.readStream(stream, { fromRevision: 4n, maxCount: 3 }));
    assert.deepEqual(part.map((e) => e.revision), [4n, 5n, 6n]);
  },
  "read backwards": async () => {
    const stream = name("backwards");
    await client.appendToStream(stream, events(10));
    const found = await collect(client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 4 }));
    assert.deepEqual(found.map((e) => e.revision), [9n, 8n, 7n, 6n]);
    const rest = await collect(client.readStream(stream, { direction: BACKWARDS, fromRevision: 2n }));
    assert.deepEqual(rest.map((e) => e.revision), [2n, 1n, 0n]);
  },
  "binary": async () => {
    const stream = name("binary"), data = new Uint8Array([0, 1, 255, 128]);
    await client.appendToStream(stream, binaryEvent({ type: "Bytes", data }));
    const [e] = await collect(client.readStream(stream));
    assert.deepEqual(new Uint8Array(e.data), data);
    assert.equal(e.isJson, false);
  },
  "the same again is one": async () => {
    const stream = name("again"), given = events(3);
    const first = await client.appendToStream(stream, given, { expectedRevision: NO_STREAM });
    const second = await client.appendToStream(stream, given, { expectedRevision: NO_STREAM });
    assert.deepEqual(second, first);
    await client.appendToStream(stream, given, { expectedRevision: ANY });
    assert.equal((await collect(client.readStream(stream))).length, 3);
  },
  "wrong version": async () => {
    const stream = name("wrong");
    await client.appendToStream(stream, events(2));
    for (const expectedRevision of [NO_STREAM, 0n, 7n]) {
      await assert.rejects(client.appendToStream(stream, events(1), { expectedRevision }), (e) => {
        assert.ok(e instanceof WrongExpectedVersionError, String(e));
        assert.equal(e.actualVersion, 1n);
        return true;
      });
    }
    await assert.rejects(client.appendToStream(name("none"), events(1), { expectedRevision: STREAM_EXISTS }), WrongExpectedVersionError);
    // With credentials of its own a call goes the other way, through Append instead of BatchAppend.
    if (!connection.includes("tls=false")) return;
    const credentials = { username: "a", password: "b" };
    await assert.rejects(client.appendToStream(stream, events(1), { expectedRevision: 5n, credentials }), WrongExpectedVersionError);
    assert.equal((await client.appendToStream(stream, events(1), { expectedRevision: 1n, credentials })).nextExpectedRevision, 2n);
  },
  "no stream": async () => {
    await assert.rejects(collect(client.readStream(name("none"))), StreamNotFoundError);
  },
  "many at once, in order": async () => {
    const stream = name("many"), given = events(200);
    await Promise.all(given.map((e) => client.appendToStream(stream, e)));
    const found = await collect(client.readStream(stream));
    assert.deepEqual(found.map((e) => e.id), given.map((e) => e.id));
  },
  "too large": async () => {
    await assert.rejects(client.appendToStream(name("large"), binaryEvent({ type: "Large", data: new Uint8Array(2 << 20) })), MaxAppendSizeExceededError);
  },
  "all, forwards and backwards": async () => {
    const stream = name("all"), given = events(5);
    await client.appendToStream(stream, given);
    const forwards = (await collect(client.readAll())).filter((e) => e.streamId === stream);
    assert.deepEqual(forwards.map((e) => e.id), given.map((e) => e.id));
    const backwards = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 5 }));
    assert.deepEqual(backwards.map((e) => e.id), given.map((e) => e.id).reverse());
    const inclusive = await collect(client.readAll({ fromPosition: forwards[2].position }));
    assert.deepEqual(inclusive.map((e) => e.id), given.slice(2).map((e) => e.id));
    const exclusive = await collect(client.readAll({ direction: BACKWARDS, fromPosition: forwards[2].position, maxCount: 2 }));
    assert.deepEqual(exclusive.map((e) => e.id), [given[1].id, given[0].id]);
  },
  "subscribe to a stream": async () => {
    const stream = name("live");
    await client.appendToStream(stream, events(3));
    const subscription = client.subscribeToStream(stream, { fromRevision: 0n });
    const found = collect(subscription, (all) => all.length === 5);
    await client.appendToStream(stream, events(3));
    assert.deepEqual((await within(found, "subscription")).map((e) => e.revision), [1n, 2n, 3n, 4n, 5n]);
    await subscription.unsubscribe();
  },
  "subscribe to all, filtered, with checkpoints": async () => {
    const wanted = name("wanted"), other = name("other"), checkpoints = [];
    await client.appendToStream(wanted, events(3));
    await client.appendToStream(other, events(150));
    const subscription = client.subscribeToAll({
      fromPosition: START,
      filter: streamNameFilter({
        prefixes: [wanted], maxSearchWindow: 10, checkpointInterval: 2,
        checkpointReached: async (_, position) => { checkpoints.push(position); },
      }),
    });
    const found = collect(subscription, (all) => all.length === 5);
    await client.appendToStream(wanted, events(2));
    assert.deepEqual((await within(found, "subscription")).map((e) => [e.streamId, e.revision]), [0n, 1n, 2n, 3n, 4n].map((n) => [wanted, n]));
    await subscription.unsubscribe();
    assert.ok(checkpoints.length >= 7, `${checkpoints.length} checkpoints over 150 events at every 20th`);
    for (let i = 1; i < checkpoints.length; i++) assert.ok(checkpoints[i].commit >= checkpoints[i - 1].commit);
  },
  "filter by type and regular expression": async () => {
    const stream = name("types"), type = "Rare" + randomUUID().replaceAll("-", "");
    await client.appendToStream(stream, [...events(3), ...events(2, type)]);
    const subscription = client.subscribeToAll({ fromPosition: START, filter: eventTypeFilter({ regex: `^${type}$` }) });
    assert.equal((await within(collect(subscription, (all) => all.length === 2), "subscription")).length, 2);
    await subscription.unsubscribe();
    const wrong = client.subscribeToAll({ filter: eventTypeFilter({ regex: "(?=look)ahead" }) });
    await assert.rejects(within(collect(wrong), "error"), /RE2/);
  },
};

const refused = {
  "deleting is refused": async () => {
    const stream = name("kept");
    await client.appendToStream(stream, events(2));
    await assert.rejects(client.deleteStream(stream), AccessDeniedError);
    await assert.rejects(client.tombstoneStream(stream), AccessDeniedError);
    await assert.rejects(client.setStreamMetadata(stream, { maxCount: 1 }), AccessDeniedError);
    assert.equal((await collect(client.readStream(stream))).length, 2);
    assert.equal((await client.getStreamMetadata(stream)).metadata, undefined);
  },
};

const deleting = {
  "metadata": async () => {
    const stream = name("meta");
    await client.appendToStream(stream, events(5));
    await client.setStreamMetadata(stream, { maxCount: 2, custom: "x" });
    const { metadata } = await client.getStreamMetadata(stream);
    assert.deepEqual(metadata, { maxCount: 2, custom: "x" });
    assert.deepEqual((await collect(client.readStream(stream))).map((e) => e.revision), [3n, 4n]);
    assert.equal((await collect(client.readAll())).filter((e) => e.streamId === stream).length, 5);
  },
  "delete, and begin again": async () => {
    const stream = name("deleted");
    await client.appendToStream(stream, events(3));
    await assert.rejects(client.deleteStream(stream, { expectedRevision: 7n }), WrongExpectedVersionError);
    await client.deleteStream(stream, { expectedRevision: 2n });
    await assert.rejects(collect(client.readStream(stream)), StreamNotFoundError);
    await client.appendToStream(stream, events(2), { expectedRevision: NO_STREAM });
    assert.deepEqual((await collect(client.readStream(stream))).map((e) => e.revision), [3n, 4n]);
  },
  "tombstone": async () => {
    const stream = name("tombstoned");
    await client.appendToStream(stream, events(3));
    await client.tombstoneStream(stream);
    await assert.rejects(collect(client.readStream(stream)), StreamDeletedError);
    await assert.rejects(client.appendToStream(stream, events(1)), StreamDeletedError);
    const last = (await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 })))[0];
    assert.equal(last.type, "$streamDeleted");
  },
};

let failed = 0;
for (const [what, run] of Object.entries({ ...cases, ...(mode === "delete" ? deleting : refused) })) {
  try {
    await run();
    console.log(`ok ${what}`);
  } catch (e) {
    failed++;
    console.log(`not ok ${what}: ${e.stack}`);
  }
}
await client.dispose();
process.exit(failed === 0 ? 0 : 1);

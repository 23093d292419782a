import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./openapi.js";

const [baseUrl, credentials, settled] = process.argv.slice(2);
assert(baseUrl && credentials && settled, "give the base URL, name:password and the scanRef of a settled verification");

const api = createClient<paths>({
  baseUrl,
  headers: { Authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
});
const scanRef = `typescript-${Date.now()}`;

const registered = await api.POST("/api/v1/verifications", {
  body: { scanRef, clientId: scanRef, expiryTime: 3600 },
});
assert.equal(registered.response.status, 201);
assert.equal(registered.response.headers.get("Location"), `/api/v1/verifications/${scanRef}`);

const read = await api.GET("/api/v1/verifications/{scanRef}", { params: { path: { scanRef } } });
assert(read.data);
const progress: components["schemas"]["Progress"] = read.data.progress;
assert.equal(progress, "AWAITED");
assert.equal(read.data.decision, null);

const list = await api.GET("/api/v1/verifications", { params: { query: { clientId: scanRef, limit: 1 } } });
assert.deepEqual(list.data?.items.map((item) => item.scanRef), [scanRef]);
assert.equal(list.data.nextCursor, null);

const timeline = await api.GET("/api/v1/verifications/{scanRef}/timeline", { params: { path: { scanRef: settled } } });
const ofFile = timeline.data?.entries.find((entry) => entry.outcome.startsWith("FILE_"));
assert(ofFile, "the timeline has no entry of a file");
assert.equal(ofFile.kind, "TRANSITION");
const kind: components["schemas"]["FileKind"] | undefined = ofFile.details.kind;
assert(kind);

const check = await api.POST("/api/v1/verifications/{scanRef}/check", { params: { path: { scanRef: settled } } });
assert.equal(check.error?.type, "urn:backstop:problem:verification-settled");
assert.equal(check.error.status, 409);

console.log(`TypeScript: registered, read and listed ${scanRef}, read the timeline of ${settled}, was refused a check.`);

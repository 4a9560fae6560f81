/**
 * Speaks JSON for those who have no gRPC: the member's methods as {@code POST /v3/...}, by the rules of grpc-gateway 2 as etcd 3.7 sets it up.
 *
 * <pre>
 *   POST /v3/kv/put  {"key":"Zm9v","value":"YmFy"}      POST /v3/watch  {"create_request":{"key":"Zm9v"}}
 *
 *   200 {"header":{"revision":"2"}}                     200 {"result":{"header":{...},"created":true}}\n
 *   400 {"code":3,"message":"..."}                          {"result":{"header":{...},"events":[...]}}\n  ...
 *                                                           {"error":{"code":14,"message":"..."}}\n
 *
 *   JSON             message          out                           in
 *   "range_end"      range_end        name as in the .proto         also rangeEnd
 *   "5"              int64, uint64    string                        also a number
 *   5                int32, uint32    number                        also a string
 *   "Zm9v"           bytes            base64 with padding           also without, also URL-safe
 *   "DESCEND"        enum             name                          also a number
 *   (absent)         default value    left out                      null too; unknown names are ignored
 * </pre>
 *
 * <p>A WebSocket on the same paths carries one JSON value per text frame in each direction.
 *
 * <p>Does not know what a method means, and does not speak gRPC to reach it: it calls the same handlers.
 */
@NullMarked
package dev.quorate.api.json;

import org.jspecify.annotations.NullMarked;

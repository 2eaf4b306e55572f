/**
 * What brokers say to each other on a replication stream. The messages are plain records; {@link
 * io.myelin.rpc.replication.ReplicationMethods} has the method for {@link io.myelin.rpc.RpcClient}.
 * The bytes are those of {@code myelin/replication/v1/replication.proto}; docs/formats/
 * replication.md shows them.
 */
package io.myelin.rpc.replication;

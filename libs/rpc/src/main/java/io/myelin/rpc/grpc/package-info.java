/**
 * The port on grpc-java and Netty: what runs between processes. The only package that sees either.
 * Read {@link io.myelin.rpc.grpc.GrpcTransport}.
 */
package io.myelin.rpc.grpc;

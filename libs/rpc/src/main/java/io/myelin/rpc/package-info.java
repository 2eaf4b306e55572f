/**
 * Calls between services: the port that they are written against. Read {@link
 * io.myelin.rpc.RpcClient}, {@link io.myelin.rpc.RpcStream} and {@link io.myelin.rpc.RpcReceiver}.
 */
package io.myelin.rpc;

/**
 * The port on {@code io.myelin.env.Network}: the simulator's, where a seed decides everything, and
 * the JDK's. Meant for tests and simulations; it copies more than {@code io.myelin.rpc.grpc}. Read
 * {@code FramedConnection}.
 */
package io.myelin.rpc.framed;

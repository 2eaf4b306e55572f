package io.myelin.broker.api;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/**
 * Who is asking, and from where. Every decision about names, rights and quotas is made with it, at
 * the edge.
 *
 * @param principal authenticated name; {@code User:ANONYMOUS} on a plaintext listener
 * @param tenant the virtual cluster; {@link #DEFAULT_TENANT} has the identity as its namespace
 * @param clientId as the client says; may be null
 * @param listener name of the listener
 * @param client where the connection comes from
 * @param connectionId unique in the process's life
 * @param apiVersion version of the request at hand
 * @param eventLoop the connection's own thread, for work that continues a request
 */
public record RequestContext(
    String principal,
    String tenant,
    String clientId,
    String listener,
    InetSocketAddress client,
    long connectionId,
    int correlationId,
    short apiVersion,
    Executor eventLoop) {
  public static final String DEFAULT_TENANT = "default";
  public static final String ANONYMOUS = "User:ANONYMOUS";
}

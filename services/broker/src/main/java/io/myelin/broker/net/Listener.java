package io.myelin.broker.net;

import java.net.InetSocketAddress;

/**
 * A place where clients connect.
 *
 * @param name as in {@code listeners}, for example PLAINTEXT
 * @param bind port 0 takes a free one
 */
public record Listener(String name, InetSocketAddress bind) {}

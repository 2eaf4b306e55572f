package io.myelin.broker.net;

import java.net.InetSocketAddress;

/**
 * A place where clients connect. Several with one name are one listener at several addresses.
 *
 * @param name as in {@code listeners}, for example PLAINTEXT
 * @param bind port 0 takes a free one, or the one that the former listener of this name has
 */
public record Listener(String name, InetSocketAddress bind) {}

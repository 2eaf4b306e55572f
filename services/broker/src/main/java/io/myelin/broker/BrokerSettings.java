package io.myelin.broker;

import io.myelin.broker.coordinator.group.GroupConfig;
import io.myelin.broker.net.Listener;
import io.myelin.broker.net.NetworkConfig;
import io.myelin.broker.partition.LogMaintenance;
import io.myelin.metadata.BrokerImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a broker is started with.
 *
 * @param logDirs log.dirs
 * @param listeners where it listens
 * @param advertised what clients are told, by listener name; a listener that is missing here tells
 *     the address that it is bound to
 * @param fetchBytesMax fetch.max.bytes
 * @param fetchSessionSlots max.incremental.fetch.session.cache.slots
 * @param shutdownGraceMs how long an orderly stop waits for answers under way
 */
public record BrokerSettings(
    int nodeId,
    List<Path> logDirs,
    List<Listener> listeners,
    Map<String, BrokerImage.Endpoint> advertised,
    NetworkConfig network,
    GroupConfig groups,
    LogMaintenance.Intervals maintenance,
    int fetchBytesMax,
    int fetchSessionSlots,
    long shutdownGraceMs) {}

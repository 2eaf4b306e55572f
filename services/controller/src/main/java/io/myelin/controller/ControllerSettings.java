package io.myelin.controller;

import java.util.Map;

/**
 * What a controller is told at its start.
 *
 * @param nodeId broker id that clients are told as the controller's
 * @param defaultPartitions num.partitions
 * @param defaultReplicationFactor default.replication.factor
 * @param minInSyncReplicas min.insync.replicas: with {@code sessions}, the default of all brokers
 *     that a cluster begins with; otherwise, where neither topic nor cluster say anything
 * @param sessions whether brokers are processes of their own, which start fenced and are watched
 * @param features finalized feature levels of a cluster that is started for the first time
 */
public record ControllerSettings(
    int nodeId,
    int defaultPartitions,
    int defaultReplicationFactor,
    int minInSyncReplicas,
    boolean sessions,
    Map<String, Short> features) {}

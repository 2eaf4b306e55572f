/**
 * Clusters of real processes, and what can be done to them. Read {@link
 * io.myelin.system.cluster.ClusterUnderTest} first.
 */
package io.myelin.system.cluster;

/**
 * How long writers wait when something happens to a cluster. Read {@link
 * io.myelin.system.pauses.Failover} first.
 */
package io.myelin.system.pauses;

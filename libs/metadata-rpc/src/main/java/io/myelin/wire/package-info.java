/**
 * Between the controller's contracts and the cluster model, for brokers and controllers alike. Read
 * {@link io.myelin.wire.ImageEntries} first.
 */
package io.myelin.wire;

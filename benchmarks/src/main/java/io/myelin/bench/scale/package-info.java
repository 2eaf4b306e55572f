/**
 * {@code bin/myelin bench controller}: the real controller with a large cluster. Read {@link
 * io.myelin.bench.scale.ControllerScale} first.
 */
package io.myelin.bench.scale;

/**
 * The controller's end of the calls that workers make: sessions with their metadata pushes, and
 * administration. What is decided, {@link io.myelin.controller.session.SessionHost} decides. Read
 * {@link io.myelin.controller.session.SessionServer} first.
 */
package io.myelin.controller.session;

/**
 * The broker's session with the active controller: where the metadata come from, and what the
 * broker asks for. Read {@link io.myelin.broker.session.RemoteController} first.
 */
package io.myelin.broker.session;

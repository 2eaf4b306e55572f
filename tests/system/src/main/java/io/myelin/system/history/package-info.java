/**
 * What clients did and saw, and whether it keeps the promises. Depends on the JDK alone and asks
 * nobody for the time or for chance, so real processes and simulated ones are judged alike.
 *
 * <p>Read {@link io.myelin.system.history.Event} first, then {@link
 * io.myelin.system.history.HistoryChecker}.
 */
package io.myelin.system.history;

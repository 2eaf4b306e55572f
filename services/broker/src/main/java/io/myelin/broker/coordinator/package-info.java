/**
 * Coordinators: services whose state is a log. This package is the runtime, the sub-packages are
 * the state machines that run on it.
 *
 * <p><b>Shape.</b> A coordinator keeps what it knows in the partitions of an internal topic; the
 * broker that leads a partition serves it. What a coordinator <em>is</em> is a pure state machine,
 * {@link io.myelin.broker.coordinator.CoordinatorShard}: {@code decide(state, request, now)} and
 * {@code expired(state, timer, now)} return a {@link io.myelin.broker.coordinator.Decision} (the
 * new immutable state, records, replies, timers), {@code replay(state, record)} rebuilds the state.
 * The classic group protocol is one; the consumer protocol of KIP-848, share and streams groups are
 * more rules on the same state, and the transaction coordinator is another shard with another
 * topic.
 *
 * <pre>
 *   handler ── submit(partition, request) ──▶ mailbox of the partition ──▶ decide ──▶ head state
 *                                                                             │
 *                          records of all decisions that wait, as one batch   ▼
 *   client ◀── replies, in order ◀── commit ◀── CoordinatorLog.append ◀── waiting decisions
 * </pre>
 *
 * <p><b>Order and visibility.</b> A partition's events run one at a time on a serial executor.
 * Decisions are made on the newest state, so a request sees what was decided before it, committed
 * or not; but its answer leaves only when everything before it is committed. This holds for reads
 * too (they are decisions without records): an offset that a client is told can not be lost again.
 * While nothing waits, a decision without records (a heartbeat) is answered at once.
 *
 * <p><b>Appends.</b> One is under way at a time; what is decided meanwhile goes into the next batch
 * (group commit). The records of a decision are never split over batches.
 *
 * <p><b>Failures.</b> If the log refuses a batch, nothing that built on it has been written, and
 * the partition returns to its committed snapshot: state and timers as after the last commit. The
 * requests that were decided since then fail; answers that were parked before (a JoinGroup that
 * waits for others) are parked again. If the outcome is not known, the partition is dropped: it is
 * not served until it has been loaded again, here (a second later, if the broker still leads it) or
 * elsewhere. A commit that takes too long fails the answers that wait for it, not the decisions:
 * what will become of them is not known.
 *
 * <p><b>Time</b> exists only as timers in decisions. No thread waits for anything: a JoinGroup that
 * is answered a minute later is an {@link io.myelin.broker.coordinator.Answer} in the state. So the
 * whole runs on the simulator's one thread as it does in production.
 *
 * <p><b>Loading.</b> {@code lead} replays the log; requests that arrive meanwhile are answered with
 * LOADING. A record of an unknown type (written by a newer version) is skipped and reported; one
 * that cannot be read fails the load, with the offset and the reason, and the partition is not
 * served: guessing would overwrite what an operator may still repair.
 *
 * <p>Read {@link io.myelin.broker.coordinator.ServedPartition} first.
 */
package io.myelin.broker.coordinator;

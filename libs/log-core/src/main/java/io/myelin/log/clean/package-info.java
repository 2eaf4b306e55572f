/**
 * Log compaction without the disk: which segments to clean ({@link
 * io.myelin.log.clean.CleanerPlan}), the last offset of each key ({@link
 * io.myelin.log.clean.OffsetMap}, filled by {@link io.myelin.log.clean.OffsetMapBuilder}), and what
 * remains of the batches ({@link io.myelin.log.clean.BatchCleaner}). Whoever owns the disk reads
 * segments in chunks, hands them over, and writes what comes back.
 */
package io.myelin.log.clean;

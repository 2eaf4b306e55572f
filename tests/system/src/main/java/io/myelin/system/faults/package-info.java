/**
 * Harm, when and to whom: a schedule that a seed decides, and what carries it out. Read {@link
 * io.myelin.system.faults.FaultSchedule} first.
 */
package io.myelin.system.faults;

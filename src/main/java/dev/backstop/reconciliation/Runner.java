package dev.backstop.reconciliation;

/**
 * The one instance that reconciles at present.
 *
 * @param number higher than that of any runner before
 * @param fresh whether another instance was the runner before
 */
record Runner(long number, boolean fresh) {
}

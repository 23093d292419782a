package dev.backstop.verification;

/**
 * One visit of the reconciler to one verification: its answers count for the verification
 * as it was when the check began.
 *
 * @param round which deciding of the verification the check belongs to
 * @param asked whether only a client's wish, not a deadline, made it due
 */
public record Check(ScanRef scanRef, int round, boolean asked) {
}

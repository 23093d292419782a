package dev.backstop.api;

import java.time.Instant;

/**
 * The answer to a client that expects more.
 *
 * @param dueAt when Backstop will ask iDenfy if no webhook has come
 */
record ExpectationAccepted(Instant dueAt) {
}

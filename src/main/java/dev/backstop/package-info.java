/**
 * Catches the identity verification results that iDenfy's webhooks miss.
 */
@NullMarked
package dev.backstop;

import org.jspecify.annotations.NullMarked;

/**
 * A simulated iDenfy that speaks real HTTP, tells its own truth, misbehaves on request
 * and remembers every call it received.
 */
@NullMarked
package dev.backstop.simulator;

import org.jspecify.annotations.NullMarked;

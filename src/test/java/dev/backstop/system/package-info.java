/**
 * Backstop as it is run: the packaged application in processes of its own, PostgreSQL,
 * and the simulated iDenfy; killed, stopped, frozen, flooded.
 */
@NullMarked
package dev.backstop.system;

import org.jspecify.annotations.NullMarked;

/**
 * The benchmark: how fast the packaged application is, and beside it what the same
 * machine could do at most.
 */
@NullMarked
package dev.backstop.bench;

import org.jspecify.annotations.NullMarked;

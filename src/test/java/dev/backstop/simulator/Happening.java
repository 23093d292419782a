package dev.backstop.simulator;

import java.time.Instant;

/**
 * An event that has happened to a verification.
 *
 * @param after what was true from then on
 * @param round how often material had come in by then: the files of each time are others
 * @param sha256 of the body of its webhook, as it should be
 * @param acknowledged whether its webhook, as it should be, was answered with success
 */
public record Happening(Event event, Instant at, Truth after, int round, String sha256, boolean acknowledged) {
}

package dev.backstop.simulator;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the simulated iDenfy holds to be true of a verification: what a client of it
 * should end up with.
 *
 * @param overall the word that a call for the status is answered with
 * @param concluded whether nothing more is expected to happen
 * @param data what a call for the data is answered with, without scanRef and clientId;
 * empty where there is nothing to ask for
 * @param files the names of all files
 * @param filesInWebhooks the names of those that webhooks mention, which is all but films
 */
public record Truth(String overall, boolean concluded, Results results, Map<String, @Nullable Object> data,
		Set<String> files, Set<String> filesInWebhooks) {
}

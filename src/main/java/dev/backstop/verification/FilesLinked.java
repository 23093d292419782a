package dev.backstop.verification;

import java.time.Instant;
import java.util.List;

/**
 * A verification was given links to its files.
 *
 * @param version how often it was given files, this time included
 * @param again whether these are the same files, whose earlier links died
 */
public record FilesLinked(ScanRef scanRef, int version, List<FileLink> links, Source source, Instant at,
		boolean again) {
}

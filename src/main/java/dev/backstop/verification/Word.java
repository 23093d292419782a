package dev.backstop.verification;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What an overall word amounts to. */
enum Word {

	/** A decision about the person. */
	VERDICT,

	/** The end of a verification without a decision about the person. */
	CLOSING,

	/** Not decided yet. */
	OPEN;

	static final String ACTIVE = "ACTIVE";

	/** The verdicts that have document data and files to fetch. */
	static final Set<String> WITH_DOCUMENTS = Set.of("APPROVED", "DENIED", "SUSPECTED");

	private static final Set<String> CLOSINGS = Set.of("EXPIRED", "DELETED", "EXPIRED-DELETED", "ARCHIVED");

	private static final Set<String> OPENS = Set.of(ACTIVE, "REVIEWING");

	/** Lists the words that iDenfy documents, in alphabetical order. */
	static List<String> documented() {
		return Stream.of(WITH_DOCUMENTS, CLOSINGS, OPENS).flatMap(Set::stream).sorted().toList();
	}

	/**
	 * @param saidFinal whether the vendor called an unknown word final, which makes it a
	 * verdict
	 */
	static Word of(String overall, boolean saidFinal) {
		if (WITH_DOCUMENTS.contains(overall)) {
			return VERDICT;
		}
		if (CLOSINGS.contains(overall)) {
			return CLOSING;
		}
		return (saidFinal && !OPENS.contains(overall)) ? VERDICT : OPEN;
	}

}

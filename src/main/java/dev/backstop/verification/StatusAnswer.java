package dev.backstop.verification;

import org.jspecify.annotations.Nullable;

/**
 * iDenfy's answer to {@code /api/v2/status}.
 *
 * @param saidFinal the answer's {@code final}, which one page of the vendor documents and
 * another does not
 * @see <a href="https://documentation.idenfy.com/kyc/data-retrieval">iDenfy: data
 * retrieval</a>
 */
public record StatusAnswer(Findings findings, @Nullable Boolean saidFinal, @Nullable String clientId) {

	Word word() {
		return Word.of(this.findings.overall(), Boolean.TRUE.equals(this.saidFinal));
	}

	/** The weight that the answer has as a final decision. */
	int weight() {
		return this.findings.reviewed() ? Decision.REVIEWED : Decision.VERDICT;
	}

}

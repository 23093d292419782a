package dev.backstop.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.backstop.verification.Findings;
import jakarta.persistence.EntityManager;

import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * The verifications, newest first. Only the columns of a list are read, since document
 * data is large, and only the conditions that are asked for, so that each has its index.
 */
@Repository
class VerificationList {

	private static final String SELECT = """
			select new dev.backstop.api.VerificationJson(v.scanRef, v.clientId, v.externalRef, v.progress,
				v.parkedReason, v.dueAt, v.outstanding, v.checkCount, v.lastCheckAt, v.lastCheckResult, v.decision,
				v.dataSource, v.dataAt, v.filesSource, v.filesAt, v.registeredAt, v.lastWebhookAt, v.createdAt,
				v.updatedAt)
			from Verification v
			""";

	// looks up one word after the other, instead of reading the index of all
	// verifications
	private static final String OVERALL_WORDS = """
			with recursive word (overall) as (
				select min(overall) from verification
				union all
				select (select min(v.overall) from verification v where v.overall > word.overall)
				from word where word.overall is not null
			)
			select overall from word where overall is not null
			""";

	private final EntityManager entityManager;

	VerificationList(EntityManager entityManager) {
		this.entityManager = entityManager;
	}

	@Transactional(readOnly = true)
	VerificationPage page(Query query) {
		var items = find(query);
		if (items.isEmpty() && query.overall() != null) {
			requireKnown(query.overall());
		}
		if (items.size() <= query.limit()) {
			return new VerificationPage(items, null);
		}
		var page = items.subList(0, query.limit());
		var cursor = new Cursor(page.getLast().createdAt(), page.getLast().scanRef(), query.filter());
		return new VerificationPage(page, cursor.encode());
	}

	/**
	 * Refuses a word that is probably misspelt: iDenfy does not document it, and no
	 * verification has it.
	 */
	private void requireKnown(String overall) {
		if (Findings.OVERALL_WORDS.contains(overall)) {
			return;
		}
		@SuppressWarnings("unchecked")
		List<String> seen = this.entityManager.createNativeQuery(OVERALL_WORDS, String.class).getResultList();
		if (!seen.contains(overall)) {
			throw ApiProblem.invalid(Map.of("overall",
					"is neither a word that iDenfy documents (" + String.join(", ", Findings.OVERALL_WORDS)
							+ ") nor one that was seen here (" + (seen.isEmpty() ? "none yet" : String.join(", ", seen))
							+ ")"));
		}
	}

	/** One more than the page has, if there are so many. */
	private List<VerificationJson> find(Query query) {
		var conditions = new ArrayList<String>();
		var values = new LinkedHashMap<String, Object>();
		if (query.overall() != null) {
			conditions.add("v.decision.overall = :overall");
			values.put("overall", query.overall());
		}
		if (query.progress() != null) {
			conditions.add("v.progress = :progress");
			values.put("progress", query.progress());
		}
		if (query.clientId() != null) {
			conditions.add("v.clientId = :clientId");
			values.put("clientId", query.clientId());
		}
		if (query.externalRef() != null) {
			conditions.add("v.externalRef = :externalRef");
			values.put("externalRef", query.externalRef());
		}
		if (query.updatedSince() != null) {
			conditions.add("v.updatedAt >= :updatedSince");
			values.put("updatedSince", query.updatedSince());
		}
		if (query.after() != null) {
			conditions.add("(v.createdAt, v.scanRef.value) < (:createdAt, :scanRef)");
			values.put("createdAt", query.after().createdAt());
			values.put("scanRef", query.after().scanRef().value());
		}
		var where = conditions.isEmpty() ? "" : "where " + String.join(" and ", conditions);
		var found = this.entityManager.createQuery(SELECT + where + " order by v.createdAt desc, v.scanRef.value desc",
				VerificationJson.class);
		values.forEach(found::setParameter);
		return found.setMaxResults(query.limit() + 1).getResultList();
	}

}

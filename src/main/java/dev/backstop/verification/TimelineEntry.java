package dev.backstop.verification;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.Mutability;
import org.hibernate.annotations.UuidGenerator;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.java.Immutability;
import org.jspecify.annotations.Nullable;

/** One thing that happened to a verification, without personal data. */
@Entity
@Table(name = "timeline_entry")
public class TimelineEntry {

	/** What sort of thing happened. */
	@Schema(name = "TimelineKind", enumAsRef = true, description = "What sort of thing happened")
	public enum Kind {

		REGISTERED, DELIVERY, CHECK, CALL, TRANSITION, OPERATOR

	}

	@Id
	@UuidGenerator(style = UuidGenerator.Style.VERSION_7)
	private @Nullable UUID id;

	@ManyToOne(fetch = FetchType.LAZY, optional = false)
	@JoinColumn(name = "scan_ref")
	private Verification verification;

	private Instant at;

	@Enumerated(EnumType.STRING)
	private Kind kind;

	private String outcome;

	@JdbcTypeCode(SqlTypes.JSON)
	@Mutability(Immutability.class)
	@Column(name = "details")
	private Map<String, Object> details;

	@SuppressWarnings("NullAway.Init")
	protected TimelineEntry() {
	}

	TimelineEntry(Verification verification, Instant at, Kind kind, String outcome, TimelineDetail.Value... details) {
		this.verification = verification;
		this.at = at;
		this.kind = kind;
		this.outcome = outcome;
		this.details = TimelineDetail.toJson(details);
	}

	/** Records what became of a try to fetch a file. */
	public static TimelineEntry ofFile(Verification verification, Instant at, String state,
			TimelineDetail.Value... details) {
		return new TimelineEntry(verification, at, Kind.TRANSITION, "FILE_" + state, details);
	}

	/** Records that an operator tested the connection to iDenfy with it. */
	public static TimelineEntry ofTest(Verification verification, Instant at, String by) {
		return new TimelineEntry(verification, at, Kind.OPERATOR, "TESTED", TimelineDetail.BY.of(by));
	}

	public Instant at() {
		return this.at;
	}

	public Kind kind() {
		return this.kind;
	}

	public String outcome() {
		return this.outcome;
	}

	/** Returns what else there is to say, by the keys of {@link TimelineDetail}. */
	public Map<String, Object> details() {
		return this.details;
	}

}

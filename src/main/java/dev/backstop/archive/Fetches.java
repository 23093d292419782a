package dev.backstop.archive;

import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

import dev.backstop.verification.TimelineDetail;
import dev.backstop.verification.TimelineEntries;
import dev.backstop.verification.TimelineEntry;
import dev.backstop.verification.Verification;
import dev.backstop.verification.Verifications;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The short transactions of fetching a file: one before, one after, none during it. Where
 * both are locked, the verification comes before the file.
 */
@Component
class Fetches {

	private static final String LINK_DIED = "the link died";

	private final ArchiveFiles files;

	private final ArchiveContents contents;

	private final Verifications verifications;

	private final TimelineEntries timeline;

	private final ArchiveProperties properties;

	private final Clock clock;

	Fetches(ArchiveFiles files, ArchiveContents contents, Verifications verifications, TimelineEntries timeline,
			ArchiveProperties properties, Clock clock) {
		this.files = files;
		this.contents = contents;
		this.verifications = verifications;
		this.timeline = timeline;
		this.properties = properties;
		this.clock = clock;
	}

	/** Takes files out of the queue, for so long that only a crash puts them back. */
	@Transactional
	List<UUID> claim(int limit) {
		var now = this.clock.instant();
		return this.files.claim(now, now.plus(this.properties.lease()), limit);
	}

	Optional<ArchiveFile> find(UUID claimed) {
		return this.files.findById(claimed);
	}

	/** Says that bytes are on their way, so that what a crash leaves of them is found. */
	ArchiveContent begin() {
		return this.contents.save(new ArchiveContent(this.properties.store(), this.clock.instant()));
	}

	/**
	 * Keeps a file.
	 * @param content its bytes, complete in the store
	 * @return the content that it has now: another if the same bytes were kept before,
	 * none if it no longer waits for them, or they took so long that they are being
	 * deleted
	 */
	@Transactional
	Optional<UUID> archive(ArchiveFile claimed, ArchiveContent content, Fetched fetched) {
		var file = this.files.lock(claimed.id()).orElseThrow();
		if (!file.waitsFor(claimed.url().orElse(null))) {
			return Optional.empty();
		}
		this.contents.lockHash(HexFormat.of().formatHex(fetched.sha256()));
		var kept = this.contents.lockKept(content.store(), fetched.sha256())
			.or(() -> this.contents.lockBegun(content.id()));
		kept.ifPresent((bytes) -> {
			bytes.complete(fetched.sha256());
			var now = this.clock.instant();
			file.archive(bytes, fetched, now);
			tell(file, now);
		});
		return kept.map(ArchiveContent::id);
	}

	/** Ends a try that failed: the file waits for the next. */
	@Transactional
	void postpone(ArchiveFile claimed, String reason) {
		change(claimed, (file, now) -> file.postpone(reason, now.plus(this.properties.backOff(file.tries()))));
	}

	/** Ends a try that was broken off: any instance may begin anew at once. */
	@Transactional
	void giveBack(ArchiveFile claimed) {
		change(claimed, (file, now) -> file.postpone("the instance was stopped", now));
	}

	@Transactional
	void refuse(ArchiveFile claimed, String reason) {
		change(claimed, (file, now) -> file.refuse(reason, now));
	}

	/**
	 * Waits for a new link, if one may come, now that the old one is dead.
	 * @param reason what the last try met, which stands where none comes
	 */
	@Transactional
	FileState renewLink(ArchiveFile claimed, String reason) {
		var verification = this.verifications.lock(claimed.scanRef());
		return change(claimed, (file, now) -> {
			file.expire(reason, now);
			if (verification.filter((one) -> !isAttached(one, file))
				.filter((one) -> one.renewLinks(file.version(), this.properties.maxRefetches(), now))
				.isPresent()) {
				file.postpone(LINK_DIED, now.plus(this.properties.longestBackOff()));
			}
			else {
				file.lose(now);
			}
		});
	}

	/** Whether a webhook alone has links to it. */
	private static boolean isAttached(Verification verification, ArchiveFile file) {
		return verification.files().stream().anyMatch((link) -> link.belongsToField() && file.isLinkedBy(link));
	}

	private FileState change(ArchiveFile claimed, BiConsumer<ArchiveFile, Instant> change) {
		var now = this.clock.instant();
		var file = this.files.lock(claimed.id()).orElseThrow();
		if (file.waitsFor(claimed.url().orElse(null))) {
			var before = file.reason();
			change.accept(file, now);
			if (!(before.equals(Optional.of(LINK_DIED)) && before.equals(file.reason()))) {
				tell(file, now);
			}
		}
		return file.state();
	}

	private void tell(ArchiveFile file, Instant now) {
		this.timeline.save(TimelineEntry.ofFile(this.verifications.getReferenceById(file.scanRef()), now,
				file.state().name(), TimelineDetail.NAME.of(file.name()), TimelineDetail.KIND.of(file.kind()),
				TimelineDetail.VERSION.of(file.version()), TimelineDetail.TRIES.of(file.tries()),
				TimelineDetail.SIZE.of(file.size().orElse(null)), TimelineDetail.REASON.of(file.reason().orElse(null)),
				TimelineDetail.NEXT_TRY_AT.of(file.nextTryAt().orElse(null))));
	}

}

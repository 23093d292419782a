package dev.backstop.archive;

import java.util.List;

import dev.backstop.verification.FileQueue;
import dev.backstop.verification.FilesLinked;
import dev.backstop.verification.ScanRef;
import dev.backstop.verification.Verifications;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Queues the files of a verification together with the links to them. */
@Component
class ArchiveQueue implements FileQueue {

	private final ArchiveFiles files;

	private final Verifications verifications;

	private final ArchiveProperties properties;

	ArchiveQueue(ArchiveFiles files, Verifications verifications, ArchiveProperties properties) {
		this.files = files;
		this.verifications = verifications;
		this.properties = properties;
	}

	@Override
	public void queue(FilesLinked linked) {
		if (!this.properties.keepsFiles()) {
			return;
		}
		var known = linked.again() ? this.files.lock(linked.scanRef().value(), linked.version())
				: List.<ArchiveFile>of();
		for (var link : linked.links()) {
			known.stream().filter((file) -> file.isLinkedBy(link)).findFirst().ifPresentOrElse((file) -> {
				if (file.state() == FileState.WAITING) {
					file.relink(link, linked.at());
				}
			}, () -> this.files.save(new ArchiveFile(linked, link)));
		}
	}

	/** Queues the files of a verification whose links were taken in and not queued. */
	@Transactional
	void queueOverlooked(ScanRef scanRef) {
		this.verifications.lock(scanRef).ifPresent((verification) -> {
			verification.queueOverlooked();
			verification.linked().forEach(this::queue);
		});
	}

}

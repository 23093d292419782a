package dev.backstop.verification;

import java.util.UUID;

import org.springframework.data.repository.Repository;

/** What happened to verifications without a change of their state. */
public interface TimelineEntries extends Repository<TimelineEntry, UUID> {

	TimelineEntry save(TimelineEntry entry);

}

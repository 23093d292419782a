package dev.backstop.archive;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Lets every instance look for files that wait, and for bytes that nobody wants. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class ArchiveConfiguration {

	/** Of the operating system, and one for each, so that none waits for another. */
	@Bean
	ThreadPoolTaskScheduler archiveScheduler() {
		var scheduler = new ThreadPoolTaskScheduler();
		scheduler.setPoolSize(3);
		scheduler.setThreadNamePrefix("archive-schedule-");
		return scheduler;
	}

}

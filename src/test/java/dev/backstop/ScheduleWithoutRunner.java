package dev.backstop;

import javax.sql.DataSource;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** The schedule as it is in the database, which nobody carries out. */
@TestConfiguration(proxyBeanMethods = false)
public class ScheduleWithoutRunner {

	@Bean
	SchedulerClient schedulerClient(DataSource dataSource, RecurringTask<Void> task) {
		return SchedulerClient.Builder.create(dataSource, task).build();
	}

}

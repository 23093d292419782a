package dev.backstop.reconciliation;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Lets one replica at a time reconcile. */
@Configuration(proxyBeanMethods = false)
class ReconciliationSchedule {

	static final String TASK = "reconciliation";

	@Bean
	RecurringTask<Void> reconciliationTask(Reconciler reconciler, ReconciliationProperties properties) {
		return Tasks.recurring(TASK, FixedDelay.of(properties.interval()))
			.execute((instance, context) -> reconciler.run(context.getSchedulerState()::isShuttingDown));
	}

}

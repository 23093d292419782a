package dev.backstop.reconciliation;

import java.util.Optional;

import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Lets one replica at a time reconcile. */
@Configuration(proxyBeanMethods = false)
class ReconciliationSchedule {

	static final String TASK = "reconciliation";

	/**
	 * Asking the database what it is would go wrong for good where it is away at the
	 * start.
	 */
	@Bean
	DbSchedulerCustomizer postgres() {
		return new DbSchedulerCustomizer() {

			@Override
			public Optional<JdbcCustomization> jdbcCustomization() {
				return Optional.of(new PostgreSqlJdbcCustomization(false, false));
			}

		};
	}

	@Bean
	RecurringTask<Void> reconciliationTask(Reconciler reconciler, ReconciliationProperties properties) {
		return Tasks.recurring(TASK, FixedDelay.of(properties.interval()))
			.execute((instance, context) -> reconciler.run(context.getSchedulerState()::isShuttingDown));
	}

}

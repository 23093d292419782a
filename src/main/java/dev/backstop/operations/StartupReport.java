package dev.backstop.operations;

import java.time.Duration;
import java.util.Locale;

import dev.backstop.DatabaseUrl;
import dev.backstop.access.AccountsProperties;
import dev.backstop.archive.Archive;
import dev.backstop.idenfy.WebhookProperties;
import dev.backstop.reconciliation.ReconciliationProperties;
import dev.backstop.verification.Deadlines;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says once, when Backstop is ready, how it is set up, without any secret. */
@Component
class StartupReport {

	private static final Logger log = LoggerFactory.getLogger(StartupReport.class);

	private final Environment environment;

	private final AccountsProperties accounts;

	private final WebhookProperties webhooks;

	private final Deadlines deadlines;

	private final ReconciliationProperties reconciliation;

	private final RateLimiterRegistry limiters;

	private final Archive archive;

	private final JdbcConnectionDetails database;

	StartupReport(Environment environment, AccountsProperties accounts, WebhookProperties webhooks, Deadlines deadlines,
			ReconciliationProperties reconciliation, RateLimiterRegistry limiters, Archive archive,
			JdbcConnectionDetails database) {
		this.environment = environment;
		this.accounts = accounts;
		this.webhooks = webhooks;
		this.deadlines = deadlines;
		this.reconciliation = reconciliation;
		this.limiters = limiters;
		this.archive = archive;
		this.database = database;
	}

	@EventListener(ApplicationReadyEvent.class)
	void tell() {
		log.info("""
				Backstop is ready
				  ports      {} for webhooks and clients, {} for operators
				  accounts   {}
				  iDenfy     {}, {}
				  webhooks   {}
				  deadlines  {}
				  reconciler {}
				  archive    {}
				  database   {}""", this.environment.getProperty("local.server.port"),
				this.environment.getProperty("local.management.port"), this.accounts.inWords(),
				this.environment.getProperty("idenfy.base-url", "https://ivs.idenfy.com"), budget(), signingKeys(),
				deadlines(), reconciler(), this.archive.inWords(),
				DatabaseUrl.withoutCredentials(this.database.getJdbcUrl()));
	}

	private String budget() {
		var limit = this.limiters.rateLimiter("idenfy").getRateLimiterConfig();
		return "calls at most %d each %s".formatted(limit.getLimitForPeriod(), inWords(limit.getLimitRefreshPeriod()));
	}

	private String signingKeys() {
		return "signing keys %d, body at most %d bytes".formatted(this.webhooks.signingKeys().size(),
				this.webhooks.maxBodySize().toBytes());
	}

	private String deadlines() {
		return "a webhook is missed %s + %s + %s + %s after registration, %s + %s after a review began".formatted(
				inWords(this.deadlines.defaultExpiryTime()), inWords(this.deadlines.defaultSessionLength()),
				inWords(this.deadlines.reviewTime()), inWords(this.deadlines.grace()),
				inWords(this.deadlines.reviewTime()), inWords(this.deadlines.grace()));
	}

	private String reconciler() {
		return "looks every %s, asks for %d at once, parks after %d follow-ups or %d failures".formatted(
				inWords(this.reconciliation.interval()), this.reconciliation.maxInFlight(),
				this.deadlines.followUps().size(), this.deadlines.maxFailures());
	}

	private static String inWords(Duration duration) {
		return duration.toString().substring(2).toLowerCase(Locale.ROOT);
	}

}

package dev.backstop;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.backstop.simulator.Call;
import dev.backstop.simulator.Chances;
import dev.backstop.simulator.Endpoint;
import dev.backstop.simulator.Mishap;
import dev.backstop.simulator.Pace;
import dev.backstop.simulator.Seeded;
import dev.backstop.simulator.Settings;
import dev.backstop.simulator.SimulatedIdenfy;
import dev.backstop.simulator.TokenResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.RestClient;

/**
 * Shows the main job at work: Backstop on an embedded PostgreSQL, and a simulated iDenfy
 * that loses, delays, repeats and reorders some of its webhooks. Deadlines are seconds
 * instead of hours.
 */
@TestConfiguration(proxyBeanMethods = false)
public class Demonstration {

	private static final Logger log = LoggerFactory.getLogger(Demonstration.class);

	private static final int VERIFICATIONS = 40;

	private static final Duration LAST_FOLLOW_UP = Duration.ofSeconds(20);

	private static final SimulatedIdenfy idenfy = SimulatedIdenfy.start(new Settings().seed(2026));

	private final JdbcClient jdbc;

	private final RestClient backstop;

	private final URI webhooks;

	Demonstration(JdbcClient jdbc, Environment environment) {
		this.jdbc = jdbc;
		var port = environment.getProperty("server.port");
		this.webhooks = URI.create("http://localhost:" + port + "/webhooks/idenfy");
		this.backstop = RestClient.builder()
			.baseUrl("http://localhost:" + port)
			.defaultHeaders((headers) -> headers.setBasicAuth("onboarding", "onboarding-password"))
			.build();
	}

	public static void main(String[] args) {
		var database = Database.create();
		var properties = new ArrayList<>(
				List.of("spring.datasource.url=" + database.url(), "spring.datasource.username=" + database.username(),
						"spring.datasource.password=" + database.password(), "backstop.reconciliation.interval=1s",
						"backstop.reconciliation.review-time=2s", "backstop.reconciliation.grace=1s",
						"backstop.reconciliation.follow-ups=2s,4s,8s", "backstop.archive.interval=1s",
						"backstop.archive.allow-loopback-http=true",
						"resilience4j.ratelimiter.instances.idenfy.limit-refresh-period=200ms"));
		idenfy.properties().forEach((name, value) -> properties.add(name + "=" + value));
		SpringApplication.from(BackstopApplication::main)
			.with(Demonstration.class)
			.run(Stream.concat(properties.stream().map("--"::concat), Stream.of(args)).toArray(String[]::new));
	}

	@EventListener(ApplicationReadyEvent.class)
	void begin() {
		idenfy.deliverTo(this.webhooks);
		var plan = Seeded.plan(idenfy.seed(), VERIFICATIONS, Pace.brisk(),
				new Chances(0.25, 0.1, 0.1, 0.1, 0.02, 0.02, 0.05, 0, List.of(), 0));
		log.info("The simulated iDenfy makes {} verifications in 20 seconds", VERIFICATIONS);
		plan.verifications()
			.forEach((planned) -> planned.scenario()
				.steps()
				.stream()
				.filter((step) -> step.mishap().equals(Mishap.LOST))
				.forEach((step) -> log.info("Will lose the webhook {} of {}, {}", step.event().type(),
						planned.scanRef(), planned.scenario().name())));
		idenfy.play(plan, this::register)
			.thenRunAsync(this::sumUp, CompletableFuture.delayedExecutor(LAST_FOLLOW_UP.toSeconds(), TimeUnit.SECONDS));
	}

	private void register(TokenResponse token) {
		this.backstop.post()
			.uri("/api/v1/verifications")
			.contentType(MediaType.APPLICATION_JSON)
			.body(token.json())
			.retrieve()
			.toBodilessEntity();
	}

	private void sumUp() {
		var recovered = this.jdbc
			.sql("select scan_ref from verification where progress = 'SETTLED' and decision_source = 'RETRIEVAL'")
			.query(String.class)
			.list();
		var states = this.jdbc.sql(
				"select progress, count(*) as verifications from verification group by progress order by progress desc")
			.query()
			.listOfRows();
		log.info("All {} verifications have lived: {}", VERIFICATIONS, states);
		log.info(
				"{} were recovered without a webhook, none with more than one answered call each of status, data and files: {}",
				recovered.size(), recovered.stream().allMatch(Demonstration::wasAskedOnce));
		recovered.stream()
			.filter((scanRef) -> idenfy.calls(scanRef)
				.stream()
				.map(Call::endpoint)
				.toList()
				.equals(List.of(Endpoint.STATUS, Endpoint.DATA, Endpoint.FILES)))
			.findFirst()
			.ifPresent((scanRef) -> log.info(
					"Look at one: curl -s -u onboarding:onboarding-password http://localhost:8080/api/v1/verifications/{}/timeline",
					scanRef));
		var files = this.jdbc
			.sql("select state, count(*) as files from archive_file group by state order by files desc")
			.query()
			.listOfRows();
		log.info("Their files: {}", files);
	}

	private static boolean wasAskedOnce(String scanRef) {
		return Stream.of(Endpoint.DATA, Endpoint.FILES).allMatch((endpoint) -> idenfy.answered(endpoint, scanRef) <= 1);
	}

}

package dev.backstop.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

import dev.backstop.simulator.Call.Credentials;
import dev.backstop.simulator.Call.Outcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Answers calls: who asks, for what, and whether a fault comes between. */
final class RetrievalApi {

	private final String authorization;

	private final Map<String, SimulatedVerification> verifications;

	private final Payloads payloads;

	private final FileLinks links;

	private final FaultBook faults;

	private final CallLog log;

	private final JsonMapper mapper = new JsonMapper();

	RetrievalApi(String apiKey, String apiSecret, Map<String, SimulatedVerification> verifications, Payloads payloads,
			FileLinks links, FaultBook faults, CallLog log) {
		this.authorization = "Basic "
				+ Base64.getEncoder().encodeToString((apiKey + ":" + apiSecret).getBytes(StandardCharsets.UTF_8));
		this.verifications = verifications;
		this.payloads = payloads;
		this.links = links;
		this.faults = faults;
		this.log = log;
	}

	void answer(Conversation conversation) throws IOException {
		var endpoint = Endpoint.of(conversation.uri().getPath());
		var entry = this.log.arrived(endpoint, conversation.method());
		var call = new Recorded(conversation, entry);
		switch (endpoint) {
			case STATUS, DATA, FILES -> answerQuestion(endpoint, call);
			case LINK -> answerLink(call);
			case OTHER -> {
				entry.from(null, credentials(conversation));
				call.reply(Answer.of(Fault.NOT_FOUND));
			}
		}
	}

	Answer documented(Endpoint endpoint, String scanRef) {
		var verification = this.verifications.get(scanRef);
		if (verification == null) {
			return Answer.of(Fault.BAD_VALUE);
		}
		return Answer.json(200, switch (endpoint) {
			case STATUS -> this.payloads.status(verification);
			case DATA -> this.payloads.data(verification);
			case FILES -> this.payloads.files(verification);
			case LINK, OTHER -> throw new IllegalArgumentException(endpoint + " is not asked by scanRef");
		});
	}

	private void answerQuestion(Endpoint endpoint, Recorded call) throws IOException {
		var question = question(call.conversation);
		var scanRef = question.scanRef().orElse(null);
		var credentials = credentials(call.conversation);
		call.entry.from(scanRef, credentials);
		if (!"POST".equals(call.conversation.method())) {
			call.reply(Answer.of(Fault.METHOD_NOT_ALLOWED));
		}
		else if (credentials != Credentials.RIGHT) {
			call.reply(Answer.of(Fault.UNAUTHORIZED));
		}
		else {
			var documented = (scanRef != null) ? documented(endpoint, scanRef) : Answer.of(question.fault());
			call.replyUnless(this.faults.draw(endpoint, scanRef), documented);
		}
	}

	private void answerLink(Recorded call) throws IOException {
		var uri = call.conversation.uri();
		call.entry.from(FileLinks.scanRef(uri).orElse(null), credentials(call.conversation));
		if (call.conversation.header("Authorization").isPresent()) {
			call.reply(Answer.xml(400, "InvalidArgument", "Only one auth mechanism allowed"));
		}
		else if (!"GET".equals(call.conversation.method())) {
			call.reply(Answer.xml(403, "SignatureDoesNotMatch", "The link was made for GET"));
		}
		else {
			var subject = FileLinks.subject(uri).orElse(null);
			call.replyUnless(this.faults.draw(Endpoint.LINK, subject), this.links.answer(uri, this.verifications));
		}
	}

	private Credentials credentials(Conversation conversation) {
		return conversation.header("Authorization")
			.map((given) -> given.equals(this.authorization) ? Credentials.RIGHT : Credentials.WRONG)
			.orElse(Credentials.NONE);
	}

	private Question question(Conversation conversation) throws IOException {
		var body = conversation.question();
		if (!conversation.header("Content-Type").orElse("").startsWith("application/json")) {
			return new Question(null, Fault.JSON_ERROR);
		}
		try {
			var scanRef = this.mapper.readTree(body).path("scanRef");
			return new Question(scanRef.isString() ? scanRef.stringValue() : null, Fault.MISSING_VALUE);
		}
		catch (JacksonException ex) {
			return new Question(null, Fault.JSON_ERROR);
		}
	}

	/** What was asked for, or what is wrong with the question. */
	private record Question(@Nullable String value, Fault fault) {

		Optional<String> scanRef() {
			return Optional.ofNullable(this.value);
		}

	}

	/** A call whose end is written down before the caller can know of it. */
	private record Recorded(Conversation conversation, CallLog.Entry entry) {

		void reply(Answer answer) throws IOException {
			reply(answer.outcome(), () -> this.conversation.send(answer));
		}

		void replyUnless(Optional<Fault> fault, Answer documented) throws IOException {
			if (fault.isEmpty()) {
				reply(documented);
				return;
			}
			this.entry.meets(fault.get());
			reply(Misbehaviour.outcome(fault.get(), documented),
					() -> Misbehaviour.commit(fault.get(), this.conversation, documented));
		}

		private void reply(Outcome outcome, Reply reply) throws IOException {
			this.conversation.beforeTheEnd((status) -> this.entry.ended(status, outcome));
			try {
				reply.write();
			}
			catch (IOException ex) {
				this.entry.ended(this.conversation.status(),
						(outcome == Outcome.FAULTED) ? Outcome.FAULTED : Outcome.UNHEARD);
				throw ex;
			}
		}

	}

	/** The writing of an answer, which may break off. */
	private interface Reply {

		void write() throws IOException;

	}

}

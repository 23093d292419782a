package dev.backstop.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

import dev.backstop.simulator.Call.Outcome;

/** Answers a call in the way a fault says. */
final class Misbehaviour {

	private static final Duration FOR_EVER = Duration.ofDays(365);

	private static final Duration HALT = Duration.ofMillis(30);

	private static final byte[] BLOCK = "x".repeat(8192).getBytes(StandardCharsets.US_ASCII);

	private Misbehaviour() {
	}

	/** What a call becomes that meets this fault and is heard out. */
	static Outcome outcome(Fault fault, Answer documented) {
		return (fault instanceof Fault.Slow || fault instanceof Fault.Trickle) ? documented.outcome() : Outcome.FAULTED;
	}

	static void commit(Fault fault, Conversation conversation, Answer documented) throws IOException {
		switch (fault) {
			case Fault.Canned canned -> conversation.send(Answer.of(canned));
			case Fault.Slow slow -> {
				conversation.pause(slow.delay());
				conversation.sendHaltingly(documented, HALT);
			}
			case Fault.Hang _ -> conversation.pause(FOR_EVER);
			case Fault.Endless _ ->
				conversation.sendWithoutEnd(documented, "{\"padding\": \"".getBytes(StandardCharsets.US_ASCII), BLOCK);
			case Fault.Trickle trickle -> conversation.sendByteByByte(documented, trickle.gap());
			case Fault.CutOff _ -> conversation.sendPart(documented, documented.length() / 2, documented.length());
			case Fault.Dropped _ -> conversation.drop();
			case Fault.Oversized oversized -> conversation.send(padded(documented, oversized.bytes()));
			case Fault.OtherScanRef _ -> conversation.send(ofAStranger(documented));
			case Fault.WrongLength _ -> conversation.sendPart(documented, documented.length(), documented.length() * 2);
			case Fault.WrongType _ -> conversation.send(documented.withContentType("text/html"));
		}
	}

	private static Answer padded(Answer documented, int bytes) {
		var body = documented.text();
		return documented.withBody("{\"padding\": \"" + "x".repeat(bytes) + "\", " + body.substring(1));
	}

	private static Answer ofAStranger(Answer documented) {
		var body = documented.text();
		var stranger = UUID.nameUUIDFromBytes(body.getBytes(StandardCharsets.UTF_8));
		return documented.withBody(body.replaceAll("\"scanRef\":\"[^\"]*\"", "\"scanRef\":\"" + stranger + "\""));
	}

}

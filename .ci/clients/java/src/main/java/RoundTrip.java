import java.nio.charset.StandardCharsets;
import java.util.Base64;

import dev.backstop.client.ApiClient;
import dev.backstop.client.ApiException;
import dev.backstop.client.VerificationsApi;
import dev.backstop.client.model.FileKind;
import dev.backstop.client.model.Problem;
import dev.backstop.client.model.Progress;
import dev.backstop.client.model.TimelineKind;
import dev.backstop.client.model.TokenResponse;

/** One round trip with the generated client. */
public class RoundTrip {

	public static void main(String[] args) throws Exception {
		var settled = args[2];
		var client = new ApiClient();
		client.updateBaseUri(args[0]);
		var credentials = Base64.getEncoder().encodeToString(args[1].getBytes(StandardCharsets.UTF_8));
		client.setRequestInterceptor((request) -> request.header("Authorization", "Basic " + credentials));
		var api = new VerificationsApi(client);
		var scanRef = "java-" + System.currentTimeMillis();

		var registered = api.registerVerificationWithHttpInfo(
				new TokenResponse().scanRef(scanRef).clientId(scanRef).expiryTime(3600L));
		require(registered.getStatusCode() == 201, "registered", registered.getStatusCode());

		var read = api.getVerification(scanRef);
		require(read.getProgress() == Progress.AWAITED && read.getDecision() == null, "read", read);

		var list = api.listVerifications(null, null, scanRef, null, null, 1, null);
		require(list.getItems().get(0).getScanRef().equals(scanRef) && list.getNextCursor() == null, "listed", list);

		var ofFile = api.getTimeline(settled)
			.getEntries()
			.stream()
			.filter((entry) -> entry.getOutcome().startsWith("FILE_"))
			.findFirst()
			.orElseThrow();
		require(ofFile.getKind() == TimelineKind.TRANSITION && ofFile.getDetails().getKind() instanceof FileKind,
				"read the timeline", ofFile);

		try {
			api.requestCheck(settled);
			throw new IllegalStateException("A settled verification is not refused a check");
		}
		catch (ApiException ex) {
			var problem = client.getObjectMapper().readValue(ex.getResponseBody(), Problem.class);
			require("urn:backstop:problem:verification-settled".equals(problem.getType().toString()), "refused", problem);
		}
		System.out.printf("Java: registered, read and listed %s, read the timeline of %s, was refused a check.%n", scanRef,
				settled);
	}

	private static void require(boolean condition, String what, Object found) {
		if (!condition) {
			throw new IllegalStateException("Not " + what + " as expected: " + found);
		}
	}

}

package dev.backstop.access;

import java.io.IOException;
import java.security.Principal;
import java.util.Map;

import dev.backstop.SettingsCheck;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseBody;

/**
 * Both ports with something behind each. It bears no stereotype, so that no component
 * scan of the whole application takes it in.
 */
@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@Import({ SettingsCheck.class, AccessConfiguration.class })
class TwoPorts {

	@Bean
	Object publicController() {
		@Controller
		class PublicController {

			@GetMapping("/api/v1/verifications")
			@ResponseBody
			Map<String, String> verifications(Principal caller) {
				return Map.of("caller", caller.getName());
			}

			@PostMapping("/webhooks/idenfy")
			void webhook(HttpServletResponse response) throws IOException {
				response.setStatus(HttpServletResponse.SC_OK);
			}

			@GetMapping("/broken")
			void broken(HttpServletResponse response) throws IOException {
				response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
			}

		}
		return new PublicController();
	}

	@Bean
	Lever lever() {
		return new Lever();
	}

	/** Can be read and written. */
	@Endpoint(id = "lever")
	static class Lever {

		@ReadOperation
		Map<String, String> read() {
			return Map.of("lever", "up");
		}

		@WriteOperation
		Map<String, String> pull() {
			return Map.of("lever", "down");
		}

	}

}

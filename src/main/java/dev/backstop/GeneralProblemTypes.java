package dev.backstop;

import java.util.List;

import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The general type of their status for problems that Spring itself describes. */
@Component
class GeneralProblemTypes implements WebMvcConfigurer {

	@Override
	public void addErrorResponseInterceptors(List<ErrorResponse.Interceptor> interceptors) {
		interceptors.add((problem, _) -> {
			if (problem.getType() == null) {
				ProblemType.of(HttpStatusCode.valueOf(problem.getStatus()))
					.ifPresent((type) -> problem.setType(type.uri()));
			}
		});
	}

}

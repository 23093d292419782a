package dev.backstop.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;

import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/** Refuses request bodies that are larger than any that a client has reason to send. */
@RestControllerAdvice(basePackageClasses = BodyLimit.class)
class BodyLimit extends RequestBodyAdviceAdapter {

	static final int BYTES = 64 * 1024;

	@Override
	public boolean supports(MethodParameter parameter, Type type,
			Class<? extends HttpMessageConverter<?>> converterType) {
		return true;
	}

	@Override
	public HttpInputMessage beforeBodyRead(HttpInputMessage message, MethodParameter parameter, Type type,
			Class<? extends HttpMessageConverter<?>> converterType) throws IOException {
		// counted, since a chunked body does not say its length
		var body = message.getBody().readNBytes(BYTES + 1);
		if (body.length > BYTES) {
			throw ApiProblem.tooLarge(BYTES);
		}
		return new Whole(body, message.getHeaders());
	}

	private record Whole(byte[] body, HttpHeaders headers) implements HttpInputMessage {

		@Override
		public InputStream getBody() {
			return new ByteArrayInputStream(this.body);
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

	}

}

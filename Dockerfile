FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
# The dependencies come first, so that a change of the sources does not fetch them again.
COPY mvnw pom.xml ./
COPY .mvn .mvn
RUN ./mvnw -B -ntp dependency:go-offline
COPY src src
RUN ./mvnw -B -ntp -Dmaven.test.skip package \
    && cp target/backstop-*.jar backstop.jar \
    && java -Djarmode=tools -jar backstop.jar extract --layers --destination layers

FROM eclipse-temurin:25-jre AS application
WORKDIR /backstop
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
ENV LOGGING_STRUCTURED_FORMAT_CONSOLE=ecs

# Starts once, as far as that goes without a database, and keeps what the JVM made of the classes: a start takes half
# the time with it. Without the adapters, which are code for this CPU and crash an older one (JDK 25 does not check).
# The keys and accounts here are made up and stay in this stage.
FROM application AS training
RUN java -XX:AOTCacheOutput=backstop.aot -XX:+UnlockDiagnosticVMOptions -XX:-AOTAdapterCaching -Xlog:aot*=error \
    -XX:+UseSerialGC -Xmx256m -Dspring.context.exit=onRefresh -jar backstop.jar \
    --spring.datasource.url=jdbc:postgresql://localhost/training \
    --spring.datasource.username=training \
    --spring.datasource.password=training \
    --spring.flyway.enabled=false \
    --spring.jpa.database-platform=org.hibernate.dialect.PostgreSQLDialect \
    --spring.jpa.hibernate.ddl-auto=none \
    --spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false \
    --idenfy.api-key=training \
    --idenfy.api-secret=training \
    --idenfy.webhook.signing-keys=training \
    --backstop.clients.training.password=training \
    --backstop.operators.training.password=training

FROM application
COPY --from=training /backstop/backstop.aot ./
USER 10001:10001
EXPOSE 8080 8081
# The image has neither curl nor wget. Readiness includes the database: Compose and proxies wait for it, Docker itself
# restarts nothing because of it. Where unhealthy containers are replaced, as by Swarm, ask for liveness instead.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${MANAGEMENT_SERVER_PORT:-8081} \
    && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 \
    && read -r -t 4 _ status _ <&3 && [[ $status == 200 ]]"]
# More options go into JAVA_TOOL_OPTIONS. The cache wants an initial heap of at least 16 MiB. The second compiler pays
# off only where hundreds of webhooks come a second, and takes 65 MiB; _JAVA_OPTIONS=-XX:TieredStopAtLevel=4 brings it
# back. With one thread a core, as by default, the requests that are just served keep others waiting for seconds in a
# flood, since each such thread works off its own queue first; on more than 8 cores, _JAVA_OPTIONS can raise that, too.
# With the usual room for classes and code, everything stands still for a quarter of a second whenever some are added.
ENTRYPOINT ["java", "-XX:AOTCache=backstop.aot", "-XX:TieredStopAtLevel=1", \
    "-Djdk.virtualThreadScheduler.parallelism=8", "-XX:MetaspaceSize=64m", "-XX:ReservedCodeCacheSize=240m", \
    "-XX:InitialRAMPercentage=25", "-XX:MaxRAMPercentage=35", "-XX:+ExitOnOutOfMemoryError", "-jar", "backstop.jar"]

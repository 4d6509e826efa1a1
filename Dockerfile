# The web app for a proxy in front of it, as a user without rights: docker build -t goodwork . && docker run -p 8501:8501 goodwork
FROM python:3.12-slim
RUN useradd --create-home --uid 10001 goodwork
WORKDIR /src
COPY . .
RUN pip install --no-cache-dir '.[app,report]' && rm -rf /src/*
USER goodwork
WORKDIR /home/goodwork
ENV GOODWORK_CACHE=/home/goodwork/cache
RUN goodwork population build
EXPOSE 8501
CMD ["goodwork", "app", "--headless", "--port", "8501", "--host", "0.0.0.0"]

//! The OpenAPI document as it was reviewed. `INSTA_UPDATE=always` takes a new one up; the change is read in the diff.

use crate::app::{App, Call};

#[test]
fn the_document_is_the_one_that_was_reviewed() {
    insta::assert_snapshot!("openapi", seatkeeper_api::openapi_json());
}

#[tokio::test]
async fn it_is_served_and_its_page_loads_nothing_from_elsewhere() {
    let app = App::start().await;
    let served = app.ask(Call::new("GET /openapi.json")).await;
    assert_eq!(served.json()["openapi"], "3.1.0");
    let page = app.ask(Call::new("GET /docs/")).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("//"), "the page names another host: {}", page.text);
    for source in page.text.split(['"', '\'']).filter(|part| part.starts_with("./")) {
        let path = format!("GET /docs/{}", &source[2..]);
        assert_eq!(app.ask(Call::new(&path)).await.status, 200, "{path}");
    }
    let script = app.ask(Call::new("GET /docs/swagger-initializer.js")).await.text;
    assert!(script.contains(r#""validatorUrl": "none""#), "the page would send the document to a validator: {script}");
    assert!(page.header("content-security-policy").contains("default-src 'none'; script-src 'self'"));
    assert_eq!(app.ask(Call::new("GET /docs")).await.header("location"), "/docs/");
}
